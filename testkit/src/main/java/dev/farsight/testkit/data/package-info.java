/**
 * For authors and users of data sources: a contract to extend ({@link
 * dev.farsight.testkit.data.DataSourceContract}), and data drawn from a seed.
 */
package dev.farsight.testkit.data;
