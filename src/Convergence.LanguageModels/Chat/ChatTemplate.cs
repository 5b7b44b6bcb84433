using System.Collections.Immutable;
using System.Globalization;
using Convergence.LanguageModels.Chat.Jinja;

namespace Convergence.LanguageModels.Chat;

/// <summary>
/// A model's chat template: the part of Jinja that such templates use, with the settings and additions of transformers
/// (<c>apply_chat_template</c>). It can read nothing but what it is given, and the steps and letters that it may spend are limited.
/// </summary>
public sealed class ChatTemplate : IChatFormat
{
    private readonly Func<JinjaScope, JinjaFlow> _body;
    private readonly ImmutableDictionary<string, string> _specialTokens;
    private readonly string _place;
    private readonly TimeProvider _time;

    private ChatTemplate(Func<JinjaScope, JinjaFlow> body, ChatTemplateSource source, TimeProvider time)
    {
        _body = body;
        _specialTokens = source.SpecialTokens.ToImmutableDictionary(StringComparer.Ordinal);
        _place = source.Place;
        _time = time;
    }

    public string Description => $"template of {Path.GetFileName(_place)}";

    public bool WritesSpecialTokens => true;

    /// <summary>Reads a template.</summary>
    /// <param name="source">The template.</param>
    /// <param name="time">The clock, for templates that write the date (<c>strftime_now</c>).</param>
    /// <exception cref="LanguageModelException">It holds what is no Jinja, or what is not there in this part of it.</exception>
    public static ChatTemplate Parse(ChatTemplateSource source, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            return new ChatTemplate(JinjaStatements.Read(source.Text), source, time);
        }
        catch (LanguageModelException exception)
        {
            throw new LanguageModelException($"{source.Place}: chat_template: {exception.Message}", exception);
        }
    }

    public string Render(IReadOnlyList<ChatMessage> messages)
    {
        JinjaBudget.Fill();
        var scope = JinjaScope.Create();
        foreach (var (name, text) in _specialTokens)
        {
            scope.Set(name, text);
        }

        scope.Set("messages", messages.Select(AsMap).ToList<object?>());
        scope.Set("add_generation_prompt", true);
        scope.Set("tools", null);
        scope.Set("documents", null);
        scope.Set("strftime_now", (JinjaFunction)(arguments => FormatNow(arguments.Text(0, "format"))));
        try
        {
            _body(scope);
            return scope.Output.ToString();
        }
        catch (Exception exception) when (exception is LanguageModelException or InsufficientExecutionStackException)
        {
            throw new LanguageModelException($"the model's chat template cannot write this conversation: {exception.Message}", exception);
        }
    }

    private static object? AsMap(ChatMessage message)
    {
        var map = new JinjaMap { ["role"] = message.Role, ["content"] = message.Content };
        if (message.Name is not null)
        {
            map["name"] = message.Name;
        }

        return map;
    }

    // The directives of C's strftime that dates are made of.
    private string FormatNow(string format)
    {
        var now = _time.GetLocalNow();
        var text = new System.Text.StringBuilder();
        for (var index = 0; index < format.Length; index++)
        {
            if (format[index] != '%' || index + 1 == format.Length)
            {
                text.Append(format[index]);
                continue;
            }

            var pattern = format[++index] switch
            {
                'd' => "dd",
                'b' => "MMM",
                'B' => "MMMM",
                'm' => "MM",
                'Y' => "yyyy",
                'y' => "yy",
                'H' => "HH",
                'M' => "mm",
                'S' => "ss",
                'a' => "ddd",
                'A' => "dddd",
                'F' => "yyyy-MM-dd",
                'T' => "HH:mm:ss",
                var letter => throw new LanguageModelException($"strftime_now knows no %{letter}."),
            };
            text.Append(now.ToString(pattern, CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
