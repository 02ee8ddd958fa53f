/**
 * Classes that several modules of Farsight share: durable files, file locks, sets of rows in
 * off-heap memory, row formats as JSON, JSON that Farsight wrote, names of files, sizes and foreign
 * text in messages. Plugins should not use them, because they may change at any time.
 */
package dev.farsight.api.internal;
