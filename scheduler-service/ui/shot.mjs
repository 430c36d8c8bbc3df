import { browse, open } from './tests/support.js';
const [,, url, out, locale='de-DE', colorScheme='light', w='1440', h='900', script] = process.argv;
const b=await browse(); const o=await open(b,url,{locale,colorScheme,viewport:{width:+w,height:+h},mayFail:true});
o.page.on('console',m=>console.log(m.type(),m.text()));
await o.page.waitForTimeout(2500);
if (script) { const fn = new Function('page','return (async()=>{'+script+'})()'); await fn(o.page); }
await o.page.screenshot({path:out}); await b.close();
