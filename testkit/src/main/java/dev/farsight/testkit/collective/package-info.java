/** What a collective must do. */
package dev.farsight.testkit.collective;
