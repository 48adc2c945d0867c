import type { RequestData } from "../api/contract.ts";

/*
 * The certificate of this page's receiving connections. It is made ahead, once, and its fingerprint goes with the
 * request to enter a room: the server can then connect before it answers, and nothing has to be asked after it.
 */
export interface PageCertificate {
  certificate: RTCCertificate;
  dtlsParameters: NonNullable<RequestData<"room:join">["dtlsParameters"]>;
}

let made: Promise<PageCertificate> | null = null;

/** Rejects where the browser has no WebRTC. Its life is the browser's default of 30 days. */
export function pageCertificate(): Promise<PageCertificate> {
  made ??= make();
  made.catch(() => {
    made = null;
  });
  return made;
}

async function make(): Promise<PageCertificate> {
  const certificate = await RTCPeerConnection.generateCertificate({
    name: "ECDSA",
    namedCurve: "P-256",
  } as EcKeyGenParams);
  const value = readFingerprint(certificate) ?? (await offerFingerprint(certificate));
  return {
    certificate,
    dtlsParameters: {
      role: "client",
      fingerprints: [{ algorithm: "sha-256", value: value.toUpperCase() }],
    },
  };
}

function readFingerprint(certificate: RTCCertificate): string | undefined {
  return certificate.getFingerprints?.().find((one) => one.algorithm === "sha-256")?.value;
}

/** Firefox has no `getFingerprints`; an offer says it. */
async function offerFingerprint(certificate: RTCCertificate): Promise<string> {
  const connection = new RTCPeerConnection({ certificates: [certificate] });
  connection.createDataChannel("");
  const { sdp } = await connection.createOffer();
  connection.close();
  return sdp!.match(/^a=fingerprint:sha-256 (\S+)/im)![1]!;
}
