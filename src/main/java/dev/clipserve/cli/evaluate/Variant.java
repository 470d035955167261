package dev.clipserve.cli.evaluate;

import dev.clipserve.zeroshot.TemplateEnsemble;

/**
 * Templates that are compared with others.
 *
 * @param name as people know it
 */
public record Variant(String name, TemplateEnsemble templates) {}
