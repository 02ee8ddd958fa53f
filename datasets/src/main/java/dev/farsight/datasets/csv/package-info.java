/** One's own data: the {@code csv} source, with columns named in the configuration. */
package dev.farsight.datasets.csv;
