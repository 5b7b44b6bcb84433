namespace Convergence.Foundation.Yaml;

/// <summary>Keys and values of a YAML file, in the file's order; no key is there twice.</summary>
public sealed record YamlMap(long Line, IReadOnlyList<(YamlScalar Key, YamlValue Value)> Entries) : YamlValue(Line)
{
    /// <summary>The value of a key, or <see langword="null"/>.</summary>
    public YamlValue? Find(string key)
    {
        foreach (var (name, value) in Entries)
        {
            if (name.Text == key)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>This map with one key set to a word, in its place or at the end.</summary>
    public YamlMap With(string key, string text)
    {
        var entries = Entries.ToList();
        var place = entries.FindIndex(entry => entry.Key.Text == key);
        var entry = (new YamlScalar(Line, key, IsPlain: true), (YamlValue)new YamlScalar(Line, text, IsPlain: true));
        if (place < 0)
        {
            entries.Add(entry);
        }
        else
        {
            entries[place] = entry;
        }

        return this with { Entries = entries };
    }
}
