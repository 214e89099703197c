import { describeApp } from './support/app-suite.js';

describeApp('a Nest 12 app in ES modules', {
  type: 'module',
  dependencies: {
    '@nestjs/common': '12.5.1',
    '@nestjs/core': '12.5.1',
    '@nestjs/platform-express': '12.5.1',
    '@nestjs/schedule': '12.0.2',
    '@types/node': '20.19.43',
    ioredis: '6.0.0',
    'reflect-metadata': '0.2.2',
    rxjs: '7.8.2',
    typescript: '6.0.3',
  },
  compilers: [
    ['nodenext', 'nodenext'],
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ],
});
