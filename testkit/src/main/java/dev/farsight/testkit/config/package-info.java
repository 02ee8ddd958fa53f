/** Sections of a configuration as parts under test get them. */
package dev.farsight.testkit.config;
