/**
 * Octets by which the memory of a large ArrayBuffer starts behind a page boundary: the allocator's
 * own header. Copies between memory that is misaligned by a few octets are several times slower.
 */
const ALLOCATOR_HEADER_OCTETS = 16;
const PAGE_OCTETS = 4096;
/** From here on the allocator maps pages of its own instead of cutting them from its heap. */
const MAPPED_MIN_OCTETS = 128 * 1024;
/**
 * A Buffer that starts on a page boundary, with `headroomOctets` more octets of the same memory in
 * front of it (at least that many; reach them through `buffer.buffer`).
 */
export function alignedBuffer(sizeOctets, headroomOctets = 0) {
    const pages = Math.max(1, Math.ceil((headroomOctets + ALLOCATOR_HEADER_OCTETS) / PAGE_OCTETS));
    const offset = pages * PAGE_OCTETS - ALLOCATOR_HEADER_OCTETS;
    const memory = new ArrayBuffer(Math.max(MAPPED_MIN_OCTETS, offset + sizeOctets));
    return Buffer.from(memory, offset, sizeOctets);
}
//# sourceMappingURL=aligned-buffer.js.map