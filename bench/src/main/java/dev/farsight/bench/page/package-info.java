/** Makes docs/performance.md out of results files, so that no figure in it is typed. */
package dev.farsight.bench.page;
