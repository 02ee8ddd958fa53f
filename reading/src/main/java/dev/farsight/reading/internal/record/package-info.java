/**
 * From the bytes of a record to a sample: parsing in parallel, what is found out from the training
 * part, and the batches.
 */
package dev.farsight.reading.internal.record;
