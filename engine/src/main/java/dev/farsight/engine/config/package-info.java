/**
 * The configuration: one HOCON tree, merged from the overrides of the command line, the user's file
 * and the {@code reference.conf} of each module and plugin. Unknown keys are errors.
 */
package dev.farsight.engine.config;
