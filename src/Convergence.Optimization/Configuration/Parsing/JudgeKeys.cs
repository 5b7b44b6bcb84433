using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>Models that judge, reason or embed: <c>evaluation.judge</c>, <c>evaluation.embedding</c> and <c>society.llm</c>.</summary>
internal static class JudgeKeys
{
    private const int MaxTokenCount = 1_000_000;

    /// <param name="parent">The section that holds it.</param>
    /// <param name="key">Its key.</param>
    /// <param name="reading">The reading.</param>
    /// <param name="temperature">The temperature where the section has none.</param>
    /// <param name="maxTokens">The most tokens of an answer where the section does not say.</param>
    /// <returns><see langword="null"/> when the key is absent or cannot be used, which is noted as an error.</returns>
    public static JudgeConfig? Read(YamlSection parent, string key, ConfigReading reading, double temperature = 0, int maxTokens = 512)
    {
        if (!parent.Has(key))
        {
            _ = parent.Value(key);
            return null;
        }

        var section = parent.Section(key);
        var named = section.Text("model");
        var known = ModelProviders.Find(named);
        var endpoint = Addresses.Read(section, "endpoint") ?? known?.Endpoint;
        var defaults = new JudgeConfig { Endpoint = "", Model = "" };
        var judge = new JudgeConfig
        {
            Endpoint = endpoint ?? "",
            Model = known?.Model ?? named ?? "",
            Adapter = ApiKeys.ReadAdapter(section) is var given and not AdapterKind.Auto ? given
                : known?.Adapter ?? AdapterKind.Auto,
            Auth = ReadAuth(section, reading, known),
            Repeats = section.Integer("repeats", defaults.Repeats, 1, 100),
            SwapsPositions = section.Flag("swap_positions", defaults.SwapsPositions),
            Temperature = section.Number("temperature", temperature, 0, 2),
            MaxTokens = section.Integer("max_tokens", maxTokens, 1, MaxTokenCount),
        };
        _ = section.Value("provider");
        Check(section, named, endpoint);
        reading.NoteUnknownKeys(section);
        return named is null || endpoint is null ? null : judge;
    }

    public static EmbeddingConfig? ReadEmbedding(YamlSection evaluation, ConfigReading reading)
    {
        if (!evaluation.Has("embedding"))
        {
            _ = evaluation.Value("embedding");
            return null;
        }

        var section = evaluation.Section("embedding");
        var model = section.Text("model");
        var endpoint = Addresses.Read(section, "endpoint");
        var auth = ReadAuth(section, reading, known: null);
        Check(section, model, endpoint);
        reading.NoteUnknownKeys(section);
        return model is null || endpoint is null ? null : new EmbeddingConfig(endpoint, model, auth);
    }

    private static void Check(YamlSection section, string? model, string? endpoint)
    {
        if (model is null && !section.Has("model"))
        {
            section.Fail("model", "missing. Name the model.");
        }
        else if (endpoint is null && !section.Has("endpoint"))
        {
            section.Fail("endpoint", $"missing. Give the address of '{model}'. It is known for {ModelProviders.Known}.");
        }
    }

    // society.llm has api_key_env; a section auth goes before it.
    private static AuthConfig ReadAuth(YamlSection section, ConfigReading reading, ModelProvider? known)
    {
        var auth = AuthKeys.Read(section, "auth", reading, known?.Name ?? "judge");
        var key = AuthKeys.EnvironmentName(section, "api_key_env") ?? (section.Has("auth") ? null : known?.TokenEnvironment);
        return key is null || section.Has("auth") ? auth : new AuthConfig { Type = AuthKind.Bearer, TokenEnvironment = key };
    }
}
