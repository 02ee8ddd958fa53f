/** What contracts of several kinds of parts share. */
package dev.farsight.testkit;
