/**
 * The files of a data source: finds those that {@code data.path} names, undoes compression, and
 * tells files by their content. Knows nothing of records.
 */
package dev.farsight.reading.file;
