/** Data sources: samples, batch by batch, in one order. */
package dev.farsight.api.data;
