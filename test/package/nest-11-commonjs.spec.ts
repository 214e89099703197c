import { describeApp } from './support/app-suite.js';

describeApp('a Nest 11 app in CommonJS', {
  type: 'commonjs',
  dependencies: {
    '@nestjs/common': '11.2.10',
    '@nestjs/core': '11.2.10',
    '@nestjs/platform-express': '11.2.10',
    '@nestjs/schedule': '6.1.3',
    '@types/node': '20.19.43',
    ioredis: '5.11.1',
    'reflect-metadata': '0.2.2',
    rxjs: '7.8.2',
    typescript: '5.9.3',
  },
  compilers: [
    ['nodenext', 'nodenext'],
    ['node16', 'node16'],
    ['esnext', 'bundler'],
    ['commonjs', 'node10'],
  ],
});
