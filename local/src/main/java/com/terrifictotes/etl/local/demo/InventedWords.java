package com.terrifictotes.etl.local.demo;

import java.util.List;
import java.util.SplittableRandom;

/** The vocabulary of the invented company. */
final class InventedWords {
    static final List<String> DEPARTMENTS = List.of(
            "Sales", "Purchasing", "Production", "Dispatch", "Finance", "Facilities", "Communications", "People");
    static final List<String> FIRST_NAMES = List.of(
            "Ada", "Bram", "Chidi", "Dilys", "Eoin", "Fen", "Greta", "Hamza", "In\u00EAs", "Jun", "Kezia", "Ludo");
    static final List<String> LAST_NAMES = List.of(
            "Applewick",
            "Brandreth",
            "Caddow",
            "D'Ormesson",
            "Eastlake",
            "Farrow-Finch",
            "Garside",
            "Holt",
            "\u0141ukasik",
            "Mbeki-Lund",
            "N\u00FA\u00F1ez");
    static final List<String> STREETS = List.of(
            "Harbour", "Mill", "Orchard", "Station", "Weaver", "Canal", "Lantern", "Quarry", "Foundry", "Meadow");
    static final List<String> CITIES =
            List.of("Northwick", "Eastonbury", "Port Callow", "Saltmere", "Dunholm", "Kirkby Vale", "Ravensford");
    static final List<String> COUNTRIES =
            List.of("United Kingdom", "Ireland", "France", "T\u00FCrkiye", "C\u00F4te d'Ivoire", "Japan", "Portugal");
    static final List<String> COMPANY_WORDS = List.of(
            "Brightwater", "Copperleaf", "Daymark", "Evergreen", "Fairlight", "Greystone", "Hollybank", "Ironbridge");
    static final List<String> COMPANY_FORMS = List.of("Ltd", "plc", "and Sons", "GmbH", "Group", "S.A.");
    static final List<String> DESIGN_ADJECTIVES = List.of(
            "Braided", "Checked", "Dappled", "Embossed", "Frosted", "Gilded", "Knitted", "Marbled", "Quilted", "Waxed");
    static final List<String> DESIGN_NOUNS =
            List.of("Acorn", "Beacon", "Clover", "Dune", "Ember", "Fjord", "Grove", "Heron", "Isle", "Juniper", "Kelp");
    static final List<String> MATERIALS = List.of("COTTON", "CANVAS", "JUTE", "THREAD", "ZIP", "INK", "LABEL", "BOX");

    private InventedWords() {}

    static String pick(SplittableRandom random, List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}
