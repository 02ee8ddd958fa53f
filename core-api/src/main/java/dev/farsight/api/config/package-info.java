/** Reads sections of the configuration with checks, and reports errors in them. */
package dev.farsight.api.config;
