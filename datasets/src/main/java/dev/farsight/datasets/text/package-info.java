/**
 * From the bytes of a record to a sample: the parsing core that the {@code criteo}, {@code avazu}
 * and {@code csv} sources share.
 */
package dev.farsight.datasets.text;
