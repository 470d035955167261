package dev.clipserve.zeroshot;

/** A sentence with a place for the label, {@code {}}: {@code a photo of a {}.} */
public record PromptTemplate(String text) {

    /** Where the label goes. */
    public static final String PLACE = "{}";

    public PromptTemplate {
        if (!text.contains(PLACE)) {
            throw new IllegalArgumentException("A template needs {} where the label goes: '" + text + "'");
        }
    }

    /** The prompt for a label. */
    public String prompt(String label) {
        return text.replace(PLACE, label);
    }
}
