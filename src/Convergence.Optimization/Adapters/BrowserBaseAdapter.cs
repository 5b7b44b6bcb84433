using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Adapters;

/// <summary>
/// BrowserBase's sessions: browser, viewport and timeout of the configuration become <c>browserSettings</c> of the project.
/// The answer is given on as <c>{status, data, metadata}</c>.
/// </summary>
/// <param name="projectId">The project, from <c>BROWSERBASE_PROJECT_ID</c>.</param>
public sealed class BrowserBaseAdapter(string projectId) : JsonAdapter
{
    public override JsonNode? Read(JsonNode? body) => body is not JsonObject session
        ? new JsonObject { ["status"] = "failed", ["data"] = new JsonObject() }
        : new JsonObject
        {
            ["status"] = "success",
            ["data"] = new JsonObject
            {
                ["session_id"] = session["id"]?.DeepClone(),
                ["browser_type"] = session["browserType"]?.DeepClone(),
                ["session_status"] = session["status"]?.DeepClone(),
                ["created_at"] = session["createdAt"]?.DeepClone(),
            },
            ["metadata"] = session.DeepClone(),
        };

    public override CallFailure? FindFailure(JsonNode? body) =>
        AnswerFailures.Told(body)
        ?? ((body as JsonObject)?["id"] is null ? AnswerFailures.Missing("id of a session", body) : null);

    protected override void Shape(JsonObject body)
    {
        var settings = new JsonObject();
        Move(body, settings, "browserType", "browser_type", "browser");
        Move(body, settings, "headless", "headless");
        if (Number(body, "viewport_width") is { } width && Number(body, "viewport_height") is { } height)
        {
            settings["viewport"] = new JsonObject { ["width"] = width, ["height"] = height };
        }
        else if (JsonMaps.Take(body, "viewport") is { } viewport)
        {
            settings["viewport"] = ViewportOf(viewport);
        }

        if ((Number(body, "timeout") ?? Number(body, "timeout_ms")) is { } timeout)
        {
            settings["timeout"] = (long)timeout / 1000; // Milliseconds in the configuration, seconds there.
        }

        body.Clear();
        body["projectId"] = projectId;
        body["browserSettings"] = settings;
    }

    private static void Move(JsonObject body, JsonObject settings, string name, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (JsonMaps.Take(body, key) is { } value)
            {
                settings[name] = value;
                return;
            }
        }
    }

    private static double? Number(JsonObject body, string key) => JsonValues.Number(body[key]);

    // {width, height}, or the text "1920x1080".
    private static JsonNode ViewportOf(JsonNode viewport)
    {
        if (viewport is not JsonValue value || value.ToString().Split('x') is not [var width, var height]
            || !int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var x)
            || !int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var y))
        {
            return viewport;
        }

        return new JsonObject { ["width"] = x, ["height"] = y };
    }
}
