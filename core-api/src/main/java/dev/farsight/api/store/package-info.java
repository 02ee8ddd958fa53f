/** Row stores: they hold every row (weights and optimizer state) outside the device. */
package dev.farsight.api.store;
