/**
 * The configuration: one HOCON tree made of the user's file, the overrides of the command line and
 * the {@code reference.conf} of every module and plugin, checked for unknown keys.
 */
package dev.farsight.engine.config;
