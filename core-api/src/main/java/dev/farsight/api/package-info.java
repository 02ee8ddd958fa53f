/** Types that all parts share: errors and memory forecasts. */
package dev.farsight.api;
