import { RespReader, wordsOf } from '../../support/resp-reader.js';

const VALUES = [
  '+OK\r\n',
  '-NOSCRIPT no such script\r\n',
  ':42\r\n',
  '$-1\r\n',
  '$0\r\n\r\n',
  '$6\r\na\r\nb\r\n\r\n',
  '*0\r\n',
  '*-1\r\n',
  '_\r\n',
  '*2\r\n*2\r\n:1\r\n$3\r\nä!\r\n+x\r\n',
  '%1\r\n+key\r\n*1\r\n:1\r\n',
  '>3\r\n+message\r\n+channel\r\n$1\r\nx\r\n',
  '|1\r\n+ttl\r\n:3600\r\n:7\r\n',
  '=7\r\ntxt:abc\r\n',
];

describe('a reader of what Redis says', () => {
  it('cuts it into whole values, in whatever parts it arrives', () => {
    const text = Buffer.from(VALUES.join(''));
    for (let size = 1; size <= text.length; size++) {
      const reader = new RespReader();
      const values: string[] = [];
      for (let at = 0; at < text.length; at += size)
        values.push(...reader.push(text.subarray(at, at + size)).map(String));
      expect(values).toEqual(VALUES);
    }
  });

  it('tells the words of a command', () => {
    const command = Buffer.from('*3\r\n$3\r\nSET\r\n$4\r\na\r\nb\r\n$0\r\n\r\n');
    expect(wordsOf(command)).toEqual(['SET', 'a\r\nb', '']);
  });
});
