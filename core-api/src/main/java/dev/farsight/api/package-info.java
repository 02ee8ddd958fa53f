/** What all parts share: errors, and forecasts of memory. */
package dev.farsight.api;
