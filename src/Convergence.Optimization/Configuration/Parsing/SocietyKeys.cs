using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>society</c>.</summary>
internal static class SocietyKeys
{
    public static SocietyConfig Read(YamlSection root, ConfigReading reading)
    {
        var section = root.Section("society");
        var learning = section.Section("learning");
        var society = new SocietyConfig
        {
            IsEnabled = section.Flag("enabled", defaultValue: false),
            IsReasoning = learning.Flag("rlp_enabled", defaultValue: true),
            IsSelfAligning = learning.Flag("sao_enabled", defaultValue: true),
            Model = JudgeKeys.Read(section, "llm", reading, temperature: .7, maxTokens: 1000),
        };
        if (society is { IsEnabled: true, Model: null } && !section.Has("llm"))
        {
            reading.Warn(
                section.NameOf("enabled"), "does nothing: no model is given to reason and to judge. Give society.llm a model and a key.");
        }

        ReadInert(section, reading, society.IsEnabled);
        _ = section.Value("storage");
        reading.NoteUnknownKeys(learning);
        reading.NoteUnknownKeys(section);
        return society;
    }

    // What would not run anyway is not worth a warning.
    private static void ReadInert(YamlSection section, ConfigReading reading, bool isEnabled)
    {
        (string Key, string Why)[] inert =
        [
            ("auto_generate_agents", "there is one reasoner and one judge; neither is generated."),
            ("agents", "there is one reasoner and one judge; their number, strategy and memory cannot be set."),
            ("collaboration", "the reasoner's proposals compete with other samplers by what they improve; no trust is kept."),
            ("weave", "nothing is sent to Weights & Biases. The run's events and files hold the same."),
        ];
        foreach (var (key, why) in inert)
        {
            if (isEnabled)
            {
                reading.Inert(section, key, why);
            }
            else
            {
                _ = section.Value(key);
            }
        }
    }
}
