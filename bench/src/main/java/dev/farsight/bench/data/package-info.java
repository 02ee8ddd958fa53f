/** How fast data is read. */
package dev.farsight.bench.data;
