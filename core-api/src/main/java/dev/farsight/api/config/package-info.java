/** Reading sections of the configuration with checks, and the error for what is wrong there. */
package dev.farsight.api.config;
