/**
 * Click logs in Apache Parquet files. A pass reads row group by row group, and in it row by row:
 * each becomes the bytes of its fields, as if it had been text, so that {@link
 * dev.farsight.reading} does all the rest.
 */
package dev.farsight.parquet.source;
