/**
 * What to paste, for each library. Written from the libraries' own options;
 * the address and the key are the running collector's.
 */
export interface Place {
  /** http://localhost:4747, no slash at the end. */
  baseUrl: string
  writeKey: string
}

export interface Snippet {
  file: string
  package?: string
  lang: 'js' | 'html' | 'go' | 'py' | 'php' | 'rb' | 'java' | 'swift' | 'kt' | 'dart' | 'sh'
  code: (place: Place) => string
  note?: (place: Place) => string
}

export interface Library {
  id: string
  name: string
  variants: { name: string; snippet: Snippet }[]
}

export const hostOf = (place: Place) => place.baseUrl.replace(/^https?:\/\//, '')

const tlsOnly = (what: string) => () =>
  `${what} The options below replace that, for debug builds only.`

const httpsOnly = (language: string) => () =>
  `The ${language} library speaks https only, and this collector answers http. Until it has a certificate, send from ${language} with the plain HTTP call.`

const one = (snippet: Snippet, name = '') => [{ name, snippet }]

export const libraries: Library[] = [
  {
    id: 'browser',
    name: 'Browser',
    variants: [
      {
        name: 'npm',
        snippet: {
          file: 'src/analytics.ts',
          package: '@segment/analytics-next',
          lang: 'js',
          code: (p) => `import { AnalyticsBrowser }
  from "@segment/analytics-next"

// Points at Sidetrack. Drop cdnURL for Segment.
export const analytics = AnalyticsBrowser.load({
  writeKey: "${p.writeKey}",
  cdnURL: "${p.baseUrl}"
})

analytics.page()`,
          note: () => 'Sidetrack tells the library to send here, so one line is enough.',
        },
      },
      {
        name: 'Script tag',
        snippet: {
          file: 'index.html, in <head>',
          lang: 'html',
          code: (p) => `<script>
!function(){var i="analytics",a=window[i]=window[i]||[];
if(a.initialize||a.invoked)return;a.invoked=!0;
a.methods=["track","identify","page","group","alias",
 "ready","reset","on","once","off","user","debug",
 "addSourceMiddleware","register"];
a.factory=function(m){return function(){
 if(window[i].initialized)
  return window[i][m].apply(window[i],arguments);
 var c=[].slice.call(arguments);c.unshift(m);
 a.push(c);return a}};
a.methods.forEach(function(m){a[m]=a.factory(m)});
a.load=function(key,o){
 var s=document.createElement("script");s.async=!0;
 s.src="${p.baseUrl}/analytics.js/v1/"+key
  +"/analytics.min.js";
 document.head.appendChild(s);a._loadOptions=o};
a._writeKey="${p.writeKey}";
// Without this line the library goes to Segment.
a._cdn="${p.baseUrl}";
a.load(a._writeKey);
a.page()}();
</script>`,
        },
      },
    ],
  },
  {
    id: 'node',
    name: 'Node.js',
    variants: one({
      file: 'analytics.ts',
      package: '@segment/analytics-node',
      lang: 'js',
      code: (p) => `import { Analytics } from "@segment/analytics-node"

const analytics = new Analytics({
  writeKey: "${p.writeKey}",
  host: "${p.baseUrl}",
  flushAt: 1
})

analytics.track({
  userId: "u_1",
  event: "Product Viewed",
  properties: { product_id: "RP-45" }
})

await analytics.closeAndFlush()`,
    }),
  },
  {
    id: 'react-native',
    name: 'React Native',
    variants: one({
      file: 'analytics.ts',
      package: '@segment/analytics-react-native',
      lang: 'js',
      code: (p) => `import { createClient } from "@segment/analytics-react-native"

export const analytics = createClient({
  writeKey: "${p.writeKey}",
  proxy: "${p.baseUrl}/v1",
  cdnProxy: "${p.baseUrl}/v1",
  useSegmentEndpoints: true,
  flushAt: 1
})`,
      note: (p) => `In the Android emulator write ${hostOf(p).replace(/^[^:]*/, '10.0.2.2')} instead.`,
    }),
  },
  {
    id: 'swift',
    name: 'Swift',
    variants: one({
      file: 'Analytics.swift',
      package: 'analytics-swift',
      lang: 'swift',
      code: (p) => `import Segment

let config = Configuration(writeKey: "${p.writeKey}")
  .apiHost("${hostOf(p)}/v1")
  .cdnHost("${hostOf(p)}/v1")
  .flushAt(1)
  .requestFactory { request in
    var local = request
    if let url = request.url,
       var parts = URLComponents(url: url, resolvingAgainstBaseURL: false) {
      parts.scheme = "http"
      local.url = parts.url
    }
    return local
  }

let analytics = Analytics(configuration: config)`,
      note: tlsOnly('The library writes https by itself, and iOS wants NSAllowsLocalNetworking in Info.plist.'),
    }),
  },
  {
    id: 'kotlin',
    name: 'Kotlin',
    variants: one({
      file: 'App.kt',
      package: 'analytics-kotlin',
      lang: 'kt',
      code: (p) => `class Local : RequestFactory() {
  override fun openConnection(url: String) =
    super.openConnection(url.replaceFirst("https://", "http://"))
}

// 10.0.2.2 in the emulator is this machine.
val analytics = Analytics("${p.writeKey}", applicationContext) {
  apiHost = "${hostOf(p).replace(/^[^:]*/, '10.0.2.2')}/v1"
  cdnHost = "${hostOf(p).replace(/^[^:]*/, '10.0.2.2')}/v1"
  requestFactory = Local()
  flushAt = 1
}
// On this machine itself: ${hostOf(p)}/v1`,
      note: tlsOnly('The library writes https by itself, and Android wants cleartext traffic allowed.'),
    }),
  },
  {
    id: 'flutter',
    name: 'Flutter',
    variants: one({
      file: 'lib/analytics.dart',
      package: 'segment_analytics',
      lang: 'dart',
      code: (p) => `import 'package:http/http.dart' as http;
import 'package:segment_analytics/client.dart';
import 'package:segment_analytics/state.dart';

final analytics = createClient(Configuration(
  "${p.writeKey}",
  apiHost: "${hostOf(p)}/v1",
  cdnHost: "${hostOf(p)}/v1",
  flushAt: 1,
  requestFactory: (uri) =>
      http.Request("POST", uri.replace(scheme: "http")),
));`,
      note: tlsOnly('The library writes https by itself.'),
    }),
  },
  {
    id: 'python',
    name: 'Python',
    variants: one({
      file: 'analytics.py',
      package: 'segment-analytics-python',
      lang: 'py',
      code: (p) => `import segment.analytics as analytics

analytics.write_key = "${p.writeKey}"
analytics.host = "${p.baseUrl}"

analytics.track("u_1", "Product Viewed", {"product_id": "RP-45"})
analytics.flush()`,
    }),
  },
  {
    id: 'go',
    name: 'Go',
    variants: one({
      file: 'main.go',
      package: 'github.com/segmentio/analytics-go/v3',
      lang: 'go',
      code: (p) => `client, err := analytics.NewWithConfig("${p.writeKey}", analytics.Config{
	Endpoint:  "${p.baseUrl}",
	BatchSize: 1,
})
if err != nil {
	log.Fatal(err)
}
defer client.Close()

client.Enqueue(analytics.Track{
	UserId: "u_1",
	Event:  "Product Viewed",
})`,
    }),
  },
  {
    id: 'ruby',
    name: 'Ruby',
    variants: one({
      file: 'send.rb',
      lang: 'rb',
      code: (p) => `require "net/http"
require "json"

uri = URI("${p.baseUrl}/v1/track")
call = Net::HTTP::Post.new(uri, "Content-Type" => "application/json")
call.basic_auth("${p.writeKey}", "")
call.body = { userId: "u_1", event: "Product Viewed" }.to_json

Net::HTTP.start(uri.host, uri.port) { |http| http.request(call) }`,
      note: httpsOnly('Ruby'),
    }),
  },
  {
    id: 'java',
    name: 'Java',
    variants: one({
      file: 'Main.java',
      package: 'com.segment.analytics.java',
      lang: 'java',
      code: (p) => `Analytics analytics = Analytics.builder("${p.writeKey}")
    .endpoint("${p.baseUrl}")
    .flushQueueSize(1)
    .build();

analytics.enqueue(TrackMessage.builder("Product Viewed")
    .userId("u_1"));`,
    }),
  },
  {
    id: 'php',
    name: 'PHP',
    variants: one({
      file: 'send.php',
      lang: 'php',
      code: (p) => `<?php
$call = curl_init("${p.baseUrl}/v1/track");
curl_setopt_array($call, [
  CURLOPT_USERPWD => "${p.writeKey}:",
  CURLOPT_HTTPHEADER => ["Content-Type: application/json"],
  CURLOPT_POSTFIELDS => json_encode([
    "userId" => "u_1",
    "event" => "Product Viewed",
  ]),
]);
curl_exec($call);`,
      note: httpsOnly('PHP'),
    }),
  },
  { id: 'curl', name: 'HTTP, curl', variants: one({ file: 'Terminal', lang: 'sh', code: curlCheck }) },
]

export function curlCheck(p: Place): string {
  return `curl ${p.baseUrl}/v1/track \\
  -u ${p.writeKey}: \\
  -H "Content-Type: application/json" \\
  -d '{"userId":"u_1","event":"Product Viewed"}'`
}

export const findLibrary = (id: string | undefined) => libraries.find((l) => l.id === id) ?? libraries[0]
