/** The body of a message: octets that follow from its id, so that a wrong one is noticed. */
export function bodyOf(id: string, sizeOctets: number): Buffer {
  return Buffer.alloc(sizeOctets, `${id}/${sizeOctets};`);
}

/** Whether the octets are the body of the message with this id. */
export function isBodyOf(id: string, body: Buffer): boolean {
  return bodyOf(id, body.length).equals(body);
}
