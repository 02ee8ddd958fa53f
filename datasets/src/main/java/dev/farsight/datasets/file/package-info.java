/**
 * From {@code data.path} to records: finds the files, undoes compression, cuts bytes into records
 * and counts them. Knows nothing of columns.
 */
package dev.farsight.datasets.file;
