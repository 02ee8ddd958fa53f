/** What a plugin registers, for tests. */
package dev.farsight.testkit.plugin;
