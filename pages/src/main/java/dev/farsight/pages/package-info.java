/** Pages of results with charts, each in one file. */
package dev.farsight.pages;
