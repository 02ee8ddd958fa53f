/**
 * The row store {@code ssd}: rows that were written, in files of Chronicle Map that outlive the
 * process.
 */
package dev.farsight.storage.ssd;
