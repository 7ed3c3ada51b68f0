// Written by generate.py: the kinds of entry, their fields, types, codes and links; the checks; the limits of a bundle. Do not edit.

export const KINDS = {
  "case_opened": "CaseOpened",
  "case_updated": "CaseUpdated",
  "attempt": "Attempt",
  "exhibit": "Exhibit",
  "reading": "Reading",
  "outcome": "OutcomeStated",
  "step": "Step",
  "correction": "Correction",
  "redaction": "Redaction",
  "export": "ExportMade",
  "timestamp": "Timestamp",
  "certificate": "Certificate"
} as const;

export const STRUCTS = {
  "CaseOpened": {
    "public_key": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": "^[0-9a-f]{64}$"
          },
          {
            "null": true
          }
        ]
      }
    },
    "operator": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "capacity": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "applicant",
              "delegate",
              "helper",
              "lawyer"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "applicant": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "born": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "birthplace": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "nationality": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "address": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "email": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "phone": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "agdref": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "prefecture": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "procedure": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "request": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "change",
              "first",
              "other",
              "renewal"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "title_held": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "title_expiry": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "on_r431_2_list": {
      "required": false,
      "type": {
        "one_of": [
          {
            "boolean": true
          },
          {
            "null": true
          }
        ]
      }
    },
    "online_only": {
      "required": false,
      "type": {
        "one_of": [
          {
            "boolean": true
          },
          {
            "null": true
          }
        ]
      }
    },
    "file_ready": {
      "required": false,
      "type": {
        "one_of": [
          {
            "boolean": true
          },
          {
            "null": true
          }
        ]
      }
    },
    "prior_decision": {
      "required": false,
      "type": {
        "one_of": [
          {
            "boolean": true
          },
          {
            "null": true
          }
        ]
      }
    },
    "time_zone": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "CaseUpdated": {
    "changes": {
      "required": false,
      "type": {
        "one_of": [
          {
            "map": {
              "one_of": [
                {
                  "text": null
                },
                {
                  "boolean": true
                },
                {
                  "null": true
                }
              ]
            }
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "Attempt": {
    "origin": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "import",
              "log"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "operator": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "capacity": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "applicant",
              "delegate",
              "helper",
              "lawyer"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "occurred_at": {
      "required": false,
      "type": {
        "one_of": [
          {
            "struct": "DeclaredTime"
          },
          {
            "null": true
          }
        ]
      }
    },
    "ended_at": {
      "required": false,
      "type": {
        "one_of": [
          {
            "struct": "DeclaredTime"
          },
          {
            "null": true
          }
        ]
      }
    },
    "reached": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "url": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "platform": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "note": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "environment": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "struct": "EnvironmentItem"
            }
          },
          {
            "null": true
          }
        ]
      }
    },
    "reuses": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "integer": 0
            }
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "DeclaredTime": {
    "text": {
      "required": true,
      "type": {
        "text": null
      }
    },
    "instant": {
      "required": true,
      "type": {
        "instant": true
      }
    },
    "zone": {
      "required": true,
      "type": {
        "text": null
      }
    },
    "source": {
      "required": true,
      "type": {
        "codes": [
          "exif",
          "file_name",
          "flag",
          "now",
          "png",
          "screen_clock"
        ]
      }
    },
    "precision": {
      "required": false,
      "type": {
        "codes": [
          "day",
          "minute",
          "second"
        ]
      }
    },
    "confirmed_by": {
      "required": false,
      "type": {
        "codes": [
          "flag",
          "none",
          "person"
        ]
      }
    }
  },
  "EnvironmentItem": {
    "name": {
      "required": true,
      "type": {
        "text": null
      }
    },
    "value": {
      "required": true,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "basis": {
      "required": true,
      "type": {
        "codes": [
          "declared",
          "measured",
          "unknown"
        ]
      }
    }
  },
  "Exhibit": {
    "attempt": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "step": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "document": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "contract",
              "decision",
              "email",
              "letter",
              "other",
              "receipt",
              "reply",
              "screenshot",
              "title"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "label": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "shows": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "codes": [
                "no_obstacle",
                "urgency",
                "utility"
              ]
            }
          },
          {
            "null": true
          }
        ]
      }
    },
    "sha256": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": "^[0-9a-f]{64}$"
          },
          {
            "null": true
          }
        ]
      }
    },
    "size": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "media_type": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "name": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "width": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "height": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "frames": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "indications": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "struct": "Indication"
            }
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "Indication": {
    "source": {
      "required": true,
      "type": {
        "codes": [
          "exif",
          "file_name",
          "flag",
          "now",
          "png",
          "screen_clock"
        ]
      }
    },
    "text": {
      "required": true,
      "type": {
        "text": null
      }
    }
  },
  "Reading": {
    "exhibit": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "status": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "failed",
              "read",
              "timeout",
              "unavailable"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "engine": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "text": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "words": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "struct": "Word"
            }
          },
          {
            "null": true
          }
        ]
      }
    },
    "confidence": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "legible": {
      "required": false,
      "type": {
        "one_of": [
          {
            "boolean": true
          },
          {
            "null": true
          }
        ]
      }
    },
    "score": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "reasons": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "struct": "Reason"
            }
          },
          {
            "null": true
          }
        ]
      }
    },
    "outcome": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "appointment_obtained",
              "cancelled",
              "captcha_failure",
              "closed_until",
              "in_progress",
              "login",
              "maintenance",
              "no_slot",
              "session_expired",
              "site_error",
              "slots_offered",
              "unclassified",
              "unrelated",
              "waiting_room"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "outcome_detail": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "quotes": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "struct": "Quote"
            }
          },
          {
            "null": true
          }
        ]
      }
    },
    "screen_clock": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "address": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "platform_dates": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "text": null
            }
          },
          {
            "null": true
          }
        ]
      }
    },
    "facts": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "struct": "Fact"
            }
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "Word": {
    "text": {
      "required": true,
      "type": {
        "text": null
      }
    },
    "box": {
      "required": true,
      "type": {
        "struct": "Box"
      }
    },
    "confidence": {
      "required": true,
      "type": {
        "integer": null
      }
    }
  },
  "Box": {
    "left": {
      "required": true,
      "type": {
        "integer": null
      }
    },
    "top": {
      "required": true,
      "type": {
        "integer": null
      }
    },
    "width": {
      "required": true,
      "type": {
        "integer": null
      }
    },
    "height": {
      "required": true,
      "type": {
        "integer": null
      }
    }
  },
  "Reason": {
    "code": {
      "required": true,
      "type": {
        "text": null
      }
    },
    "params": {
      "required": false,
      "type": {
        "map": {
          "one_of": [
            {
              "integer": null
            },
            {
              "text": null
            }
          ]
        }
      }
    }
  },
  "Quote": {
    "phrase": {
      "required": true,
      "type": {
        "text": null
      }
    },
    "text": {
      "required": true,
      "type": {
        "text": null
      }
    },
    "box": {
      "required": false,
      "type": {
        "one_of": [
          {
            "struct": "Box"
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "Fact": {
    "fact": {
      "required": true,
      "type": {
        "codes": [
          "address",
          "last_release",
          "platform_date",
          "reopening",
          "screen_clock"
        ]
      }
    },
    "text": {
      "required": true,
      "type": {
        "text": null
      }
    },
    "box": {
      "required": false,
      "type": {
        "one_of": [
          {
            "struct": "Box"
          },
          {
            "null": true
          }
        ]
      }
    },
    "confidence": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": null
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "OutcomeStated": {
    "attempt": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "reading": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "proposed": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "appointment_obtained",
              "cancelled",
              "captcha_failure",
              "closed_until",
              "in_progress",
              "login",
              "maintenance",
              "no_slot",
              "session_expired",
              "site_error",
              "slots_offered",
              "unclassified",
              "unrelated",
              "waiting_room"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "outcome": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "appointment_obtained",
              "cancelled",
              "captcha_failure",
              "closed_until",
              "in_progress",
              "login",
              "maintenance",
              "no_slot",
              "session_expired",
              "site_error",
              "slots_offered",
              "unclassified",
              "unrelated",
              "waiting_room"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "outcome_detail": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "confirmed_by": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "flag",
              "none",
              "person"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "occurred_at": {
      "required": false,
      "type": {
        "one_of": [
          {
            "struct": "DeclaredTime"
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "Step": {
    "step": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "email",
              "helpline",
              "letter",
              "online_form",
              "other",
              "phone",
              "registered_letter",
              "visit"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "occurred_at": {
      "required": false,
      "type": {
        "one_of": [
          {
            "struct": "DeclaredTime"
          },
          {
            "null": true
          }
        ]
      }
    },
    "recipient": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "reference": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "summary": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "answer": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "answered_on": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "operator": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "reuses": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "integer": 0
            }
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "Correction": {
    "target": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "field": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "value": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "occurred_at": {
      "required": false,
      "type": {
        "one_of": [
          {
            "struct": "DeclaredTime"
          },
          {
            "null": true
          }
        ]
      }
    },
    "reason": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "operator": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "Redaction": {
    "target": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "boxes": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "struct": "Box"
            }
          },
          {
            "null": true
          }
        ]
      }
    },
    "fields": {
      "required": false,
      "type": {
        "one_of": [
          {
            "list": {
              "text": null
            }
          },
          {
            "null": true
          }
        ]
      }
    },
    "reason": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "operator": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "ExportMade": {
    "export": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "size": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "root": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": "^[0-9a-f]{64}$"
          },
          {
            "null": true
          }
        ]
      }
    },
    "sha256": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": "^[0-9a-f]{64}$"
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "Timestamp": {
    "size": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "protocol": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "opentimestamps",
              "rfc3161"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "authority": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "status": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "confirmed",
              "invalid",
              "pending",
              "unchecked",
              "unknown",
              "untrusted",
              "unverifiable",
              "valid"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "sha256": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": "^[0-9a-f]{64}$"
          },
          {
            "null": true
          }
        ]
      }
    },
    "request": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": "^[0-9a-f]{64}$"
          },
          {
            "null": true
          }
        ]
      }
    },
    "time": {
      "required": false,
      "type": {
        "one_of": [
          {
            "instant": true
          },
          {
            "null": true
          }
        ]
      }
    },
    "accuracy_ms": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    },
    "replaces": {
      "required": false,
      "type": {
        "one_of": [
          {
            "integer": 0
          },
          {
            "null": true
          }
        ]
      }
    }
  },
  "Certificate": {
    "use": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "document"
            ]
          },
          {
            "null": true
          }
        ]
      }
    },
    "certificate": {
      "required": false,
      "type": {
        "one_of": [
          {
            "text": null
          },
          {
            "null": true
          }
        ]
      }
    },
    "origin": {
      "required": false,
      "type": {
        "one_of": [
          {
            "codes": [
              "pkcs11",
              "pkcs12",
              "self_issued"
            ]
          },
          {
            "null": true
          }
        ]
      }
    }
  }
} as const;

export const LINKS = {
  "case_opened": [],
  "case_updated": [],
  "attempt": [
    {
      "field": "reuses",
      "kind": "exhibit",
      "offset": 0
    }
  ],
  "exhibit": [
    {
      "field": "attempt",
      "kind": "attempt",
      "offset": 0
    },
    {
      "field": "step",
      "kind": "step",
      "offset": 0
    }
  ],
  "reading": [
    {
      "field": "exhibit",
      "kind": "exhibit",
      "offset": 0
    }
  ],
  "outcome": [
    {
      "field": "attempt",
      "kind": "attempt",
      "offset": 0
    },
    {
      "field": "reading",
      "kind": "reading",
      "offset": 0
    }
  ],
  "step": [
    {
      "field": "reuses",
      "kind": "exhibit",
      "offset": 0
    }
  ],
  "correction": [
    {
      "field": "target",
      "kind": null,
      "offset": 0
    }
  ],
  "redaction": [
    {
      "field": "target",
      "kind": null,
      "offset": 0
    }
  ],
  "export": [],
  "timestamp": [
    {
      "field": "size",
      "kind": null,
      "offset": -1
    },
    {
      "field": "replaces",
      "kind": "timestamp",
      "offset": 0
    }
  ],
  "certificate": []
} as const;

export const CHANGEABLE = [
  "address",
  "agdref",
  "applicant",
  "birthplace",
  "born",
  "email",
  "file_ready",
  "nationality",
  "on_r431_2_list",
  "online_only",
  "phone",
  "prefecture",
  "prior_decision",
  "procedure",
  "request",
  "time_zone",
  "title_expiry",
  "title_held"
] as const;

export const UNATTESTED_TAIL = [
  "certificate",
  "export",
  "timestamp"
] as const;

export const STEPS = [
  {
    "name": "format",
    "question": "intact"
  },
  {
    "name": "case",
    "question": "intact"
  },
  {
    "name": "key",
    "question": "intact"
  },
  {
    "name": "signatures",
    "question": "intact"
  },
  {
    "name": "bodies",
    "question": "intact"
  },
  {
    "name": "links",
    "question": "intact"
  },
  {
    "name": "exhibits",
    "question": "intact"
  },
  {
    "name": "chain",
    "question": "complete"
  },
  {
    "name": "checkpoints",
    "question": "complete"
  },
  {
    "name": "coverage",
    "question": "complete"
  },
  {
    "name": "clock",
    "question": "dated"
  },
  {
    "name": "attestation",
    "question": "dated"
  },
  {
    "name": "trusted_key",
    "question": "signer"
  },
  {
    "name": "tokens",
    "question": "dated"
  },
  {
    "name": "anchors",
    "question": "dated"
  },
  {
    "name": "order",
    "question": "dated"
  },
  {
    "name": "document",
    "question": "intact"
  }
] as const;

export const LIMITS = {
  "headerLine": 1024,
  "bodyLine": 16777216,
  "note": 16384,
  "smallFile": 67108864,
  "exhibit": 268435456,
  "ledgerFile": 8589934592,
  "proof": 262144
} as const;
