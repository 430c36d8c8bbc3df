// Files that are made here, for the browser to save.

/**
 * Gives the browser a file to save that was made here.
 * @param {string} name @param {string} type @param {string | Blob} content
 */
export function save(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
