/** A spec run on its own sees the scripts as they are now, too. */
module.exports = async function setUp() {
  const { embed } = await import('./embed.mjs');
  embed();
};
