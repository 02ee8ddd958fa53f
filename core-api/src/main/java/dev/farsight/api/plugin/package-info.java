/** Plugins, from which everything interchangeable comes. */
package dev.farsight.api.plugin;
