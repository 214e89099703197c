/** The same in every copy of the package, so that a second `forRoot` is noticed whichever copy it comes from. */
export const VIGIL_OPTIONS = Symbol.for('nestjs-vigil:options');
export const VIGIL_SETTINGS = Symbol.for('nestjs-vigil:settings');
export const VIGIL_CLOCK = Symbol.for('nestjs-vigil:clock');
export const VIGIL_ENGINE = Symbol.for('nestjs-vigil:engine');
export const VIGIL_LOGGER = Symbol.for('nestjs-vigil:logger');
/** Monitoring knows no pages; whoever has some provides how to link to them. */
export const VIGIL_ALERT_LINK = Symbol.for('nestjs-vigil:alert-link');
