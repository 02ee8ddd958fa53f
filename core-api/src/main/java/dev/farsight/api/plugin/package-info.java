/** The door through which everything interchangeable comes in. */
package dev.farsight.api.plugin;
