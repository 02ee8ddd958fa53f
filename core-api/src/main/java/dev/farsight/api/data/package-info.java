/** Data sources: samples in a fixed order, batch by batch. */
package dev.farsight.api.data;
