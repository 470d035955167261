// Runs before the page is painted, so that it appears at once in the colours that were chosen.
try {
  const theme = localStorage.getItem('clipserve-theme');
  if (theme) {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Storage is closed to pages in some browsers; then the system's colours are right.
}
