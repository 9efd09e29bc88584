/** Three lines meet and one goes straight on. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="mark-side" d="M4 8.500h7c6 0 7 7.500 7 7.500M4 23.500h7c6 0 7-7.500 7-7.500" />
      <path class="mark-line" d="M4 16h19" />
      <path class="mark-head" d="M20.500 10.500 28 16l-7.500 5.500z" />
    </svg>
  );
}
