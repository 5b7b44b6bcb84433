namespace Convergence.Foundation.Yaml;

/// <summary>A value of a YAML file.</summary>
/// <param name="Line">Where it stands, from 1.</param>
public abstract record YamlValue(long Line)
{
    private const int MaxShownLength = 60;

    /// <summary>
    /// The value in a few words of a message: a scalar in quotes, a list in brackets, a map in braces; long ones are cut.
    /// </summary>
    public string Shown
    {
        get
        {
            var text = this is YamlScalar scalar ? $"'{scalar.Text}'" : Flow();
            return text.Length <= MaxShownLength ? text : string.Concat(text.AsSpan(0, MaxShownLength - 4), " ...");
        }
    }

    private string Flow() => this switch
    {
        YamlScalar scalar => scalar.Text,
        YamlList list => $"[{string.Join(", ", list.Items.Take(MaxShownLength).Select(item => item.Flow()))}]",
        YamlMap map =>
            $"{{{string.Join(", ", map.Entries.Take(MaxShownLength).Select(entry => $"{entry.Key.Text}: {entry.Value.Flow()}"))}}}",
        _ => throw new InvalidOperationException($"{GetType()} is no value of YAML."),
    };
}
